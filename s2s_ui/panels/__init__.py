"""What pages are put together from: each panel shows its controls and reads them."""
