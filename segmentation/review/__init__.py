"""What was cut, looked at by people."""
