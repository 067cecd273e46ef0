"""Draws the pictures of this folder again: ``python docs/pictures/make.py``."""

from pathlib import Path

from glassnet import Network
from glassnet.pictures import Picture, network


def four_pixel() -> Picture:
    """Draw the network of the slides and their example picture, which it takes for a vertical one."""
    return network(Network.drawn_four_pixel().run([0.50, 0.00, 0.75, -0.75]))


if __name__ == "__main__":
    four_pixel().save(Path(__file__).with_name("four-pixel.svg"))
