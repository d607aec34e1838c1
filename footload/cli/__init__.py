"""The command `footload`: the one place that puts the three packages together.

Its modules import what is heavy inside the commands that need it, so that `footload --help` is quick.
"""


def main() -> None:
    """Run the command line; ends the process with 0 (fine), 1 (the input was at fault) or 2 (usage)."""
    from footload.processor_threads import compute_on_one_thread

    compute_on_one_thread()  # before anything imports numpy
    from footload.cli.application import application

    application()
