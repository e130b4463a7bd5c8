"""A live class: a teacher leads, every screen follows, and the answers come back.

    the teacher's screen, any page of the app            a student's phone: /class/CODE, without Streamlit
    +-- the page's own bar ----------------------+       +---------------------------+
    | ACD EFH  QR   12 here   Follow|Explore|... |       | Output 3: softmax ...     |  caption, announced
    |               Ask   Answers 9   End        |       | the stage, at the         |
    +--------------------------------------------+       | teacher's step            |
    | the page; its stage steps as always, and   |  -->  |                           |
    | each step is posted in the background      |       | Where will it look?       |  the question, over
    | class's answers beside the model's numbers |  <--  | [ 8 ] [ m ] [ a ] [ r ]   |  large buttons
    +--------------------------------------------+       +---------------------------+

A class shows one `State` with a version number that only grows. The teacher's browser posts changes, the store
(`store`) saves the state, and the hub (`hub`) sends it to all listeners, each by one event stream without Streamlit. A
listener that missed some versions gets the current one.

Students can hand in a sentence or a link (`handing`); the server computes the model's output for it. The teacher sees
all of them on a wall, and can show one on every screen, as a link without a name.

A class has a code, which is projected. The teacher's key and each student's seat are random secrets in cookies that no
script can read; only their hashes are stored. No address is stored.
"""
