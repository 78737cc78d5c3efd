"""What can end a run, as one tree. Everything that concerns a single article is a `model.Failure` instead.

    TrackerError                exit code
    ├── UsageError              2    an input or option that cannot be meant
    ├── ConfigurationError      78   tracker.toml or the environment is wrong
    ├── StoreError              78   the database cannot be used as it is
    │   └── NewerSchemaError    78   written by a later tracker
    ├── ModelError              78   shipped weights are missing or damaged
    └── TemporaryError          75   try again later: a lock is held, the disk is full
"""


class TrackerError(Exception):
    """Base of all; the message is one line, lower case, with the value and the remedy."""

    exit_code = 1


class UsageError(TrackerError):
    exit_code = 2


class ConfigurationError(TrackerError):
    exit_code = 78


class StoreError(TrackerError):
    exit_code = 78


class NewerSchemaError(StoreError):
    pass


class ModelError(TrackerError):
    exit_code = 78


class TemporaryError(TrackerError):
    exit_code = 75
