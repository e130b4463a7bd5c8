"""The screens of Seq2Scope: the parts that the scripts in pages/ use."""
