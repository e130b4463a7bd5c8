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

What a class shows is one `State` with a version that only grows. The teacher's browser posts changes to it, the store
keeps it (`store`), and the hub (`hub`) tells it to everyone who listens: one event stream each, and no script of
Streamlit. Whoever missed some versions gets the present one.

What students hand in (`handing`) is computed by the server from their sentence or their link, with the model that the
class is at. The teacher sees it as a wall, and may put one on every screen: as a link, which has no name.

A class is known by its code, which is projected. It is led by its key and answered by a seat, which are random and lie
in cookies that no script can read; what is stored is their hashes. No address is stored.
"""
