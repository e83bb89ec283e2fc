"""``python -m tests.golden``: write the kept figures anew."""

from tests import golden

golden.write()
print(golden.FILE)
