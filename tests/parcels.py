"""Packs files as a page does, and draws small pictures to put in."""

import io
import json

import numpy as np
from PIL import Image


def packed(kind, name, files, **more):
    """One binary message; a single content stands for one file of the same name."""
    files = {name: files} if isinstance(files, bytes) else files
    label = {
        "kind": kind,
        "name": name,
        "files": [{"name": each, "size": len(content)} for each, content in files.items()],
        **more,
    }
    text = json.dumps(label).encode()
    return len(text).to_bytes(4, "little") + text + b"".join(files.values())


def png(pixels, scale=1):
    """A grey picture as the content of a file."""
    grey = np.kron(np.array(pixels, dtype=np.uint8), np.ones((scale, scale), dtype=np.uint8))
    content = io.BytesIO()
    Image.fromarray(grey).save(content, "PNG")
    return content.getvalue()
