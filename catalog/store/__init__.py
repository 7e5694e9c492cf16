"""Where points live: ``contract`` says what a store does, ``edge`` and ``server`` do it."""
