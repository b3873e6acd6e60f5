"""Worker processes with limited memory and time, for code that reads untrusted data.

The parent starts a `process.WorkerProcess`, whose module calls `worker.serve`. Jobs and replies are bytes after their
length, on standard input and output. The kernel enforces the limits, even if the parent is gone.
"""
