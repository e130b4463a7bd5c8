"""What every screen of Seq2Scope needs."""
