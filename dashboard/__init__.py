"""The Dash application: what people see of recordings and findings."""

from footload.processor_threads import compute_on_one_thread

compute_on_one_thread()  # before any of its modules imports numpy
