"""The screens of Seq2Scope: what the scripts in pages/ are put together from."""
