"""Downloads over http(s), to addresses that were checked."""
