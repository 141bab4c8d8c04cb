"""The scenarios of tests/faults and what they stand on."""

# In the order in which they run: each a module that registers its scenarios.
FAMILIES = ["kills", "power", "disk", "damage", "hospital", "certificates", "broker", "network", "clock"]
