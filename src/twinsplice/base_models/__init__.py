"""Other people's splicing models behind one contract."""
