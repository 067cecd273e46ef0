"""The camera, the tables and the data sets: what people have becomes inputs in [-1, 1] and targets."""

from glassnet.data.arrays import load_npy, load_npz
from glassnet.data.bundled import digits, four_pixel, four_pixel_odd
from glassnet.data.camera import Camera
from glassnet.data.column import NumberColumn, TextColumn
from glassnet.data.columns import Columns
from glassnet.data.dataset import Dataset
from glassnet.data.encoders import Encoder, encoder_from_json, input_names
from glassnet.data.folder import load_folder, load_pictures
from glassnet.data.idx import load_idx
from glassnet.data.sources import load
from glassnet.data.table import load_table

__all__ = [
    "Camera",
    "Columns",
    "Dataset",
    "Encoder",
    "NumberColumn",
    "TextColumn",
    "digits",
    "encoder_from_json",
    "four_pixel",
    "four_pixel_odd",
    "input_names",
    "load",
    "load_folder",
    "load_idx",
    "load_npy",
    "load_npz",
    "load_pictures",
    "load_table",
]
