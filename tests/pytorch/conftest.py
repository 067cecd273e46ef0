"""PyTorch is a large install: `make test` does without this folder, `make test-torch` cannot."""

from importlib.util import find_spec

collect_ignore_glob = [] if all(map(find_spec, ("torch", "captum"))) else ["test_*.py"]
