"""How fast the models are, measured in one run against what a user would write instead. See README.md."""
