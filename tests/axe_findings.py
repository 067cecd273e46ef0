"""What axe finds on a page."""

import json
from pathlib import Path

AXE = Path(__file__).parent / "browser" / "vendor" / "axe.js"


def violations(page):
    """What axe finds, as readable lines. It comes in by the developer tools, past the page's own policy."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run().then(result => result.violations)")
    return [
        f"{one['id']}: {node['html'][:200]} {json.dumps(node['any'][:1])[:300]}"
        for one in found
        for node in one["nodes"]
    ]
