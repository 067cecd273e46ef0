"""Drives a session by hand, as a page would, but without a thread and without a browser."""

from glassnet.web import BUNDLED, Session


class Live:
    """A session and everything that it has shown."""

    def __init__(self, experiment=None, laboratory=BUNDLED):
        self.shown = []
        self.session = Session(laboratory, self.shown.append)
        self.session.begin()
        if experiment is not None:
            self.say("open", experiment=experiment)

    def say(self, kind, **fields):
        """Send a message, let the session work, and return the newest frame."""
        self.session.take({"kind": kind, **fields})
        self.session.work()
        return self.ready()

    def ready(self):
        """Tell the session that the page shows the newest frame, and return it."""
        frames = self.all("frame")
        if frames:
            self.session.take({"kind": "shown", "frame": frames[-1]["frame"]})
        return frames[-1] if frames else None

    def all(self, kind):
        """Every message of a kind that was shown."""
        return [message for message in self.shown if message["kind"] == kind]

    def last(self, kind):
        """The newest message of a kind."""
        return self.all(kind)[-1]

    def train_until(self, enough, most=2000):
        """Let the session work until a frame is good enough, and return that frame."""
        for _ in range(most):
            self.session.work()
            frame = self.ready()
            if enough(frame):
                return frame
        raise AssertionError(f"not reached: {frame['training']}")
