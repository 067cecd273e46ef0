"""The page: a network live in the browser. One session behind each open page; no arithmetic of its own.

`Session` owns network, data and training, and knows nothing of the web: it takes messages and shows frames.
`glassnet.web.serving.serve` puts pages and sessions together, on this machine only. What a message may say
stands in `glassnet.web.messages`.
"""

from glassnet.web.experiments import BUNDLED, Experiment, Laboratory
from glassnet.web.session import Session

__all__ = ["BUNDLED", "Experiment", "Laboratory", "Session"]
