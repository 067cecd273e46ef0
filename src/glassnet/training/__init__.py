"""Lowers the loss step by step: settings, schedules, the loop, history, checkpoints, exact resume."""

from glassnet.training.history import History, Moment, NotFinite, Start
from glassnet.training.many import ManyProgress, train_many
from glassnet.training.plan import Plan
from glassnet.training.run import Run
from glassnet.training.run_folder import HISTORY, MODEL, STATISTICS, RunFolder
from glassnet.training.schedules import SCHEDULES, Schedule, schedule
from glassnet.training.settings import Settings
from glassnet.training.statistics import LayerStatistics, Statistics, statistics_from_csv
from glassnet.training.sweeping import combinations_of, sweep, sweep_combinations, sweep_needs_compilation
from glassnet.training.train import Progress, Training, carry_out, train
from glassnet.training.trials import Combination, Sweep, Trial
from glassnet.training.warmup import warm_up

__all__ = [
    "HISTORY",
    "MODEL",
    "SCHEDULES",
    "STATISTICS",
    "Combination",
    "History",
    "LayerStatistics",
    "ManyProgress",
    "Moment",
    "NotFinite",
    "Plan",
    "Progress",
    "Run",
    "RunFolder",
    "Schedule",
    "Settings",
    "Start",
    "Statistics",
    "Sweep",
    "Training",
    "Trial",
    "carry_out",
    "combinations_of",
    "schedule",
    "statistics_from_csv",
    "sweep",
    "sweep_combinations",
    "sweep_needs_compilation",
    "train",
    "train_many",
    "warm_up",
]
