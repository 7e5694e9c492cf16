"""The store inside this process, on Qdrant Edge."""
