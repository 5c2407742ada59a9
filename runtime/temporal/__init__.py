"""What compiled workflows, activities, workers and client scripts stand on: the parts that the Temporal SDK itself lacks.

Generated code calls the SDK directly where it can. Here are buffered signals, recorded side effects, Lua errors on both sides
of an activity, the worker's command line and the client of the Lua global `temporal`.
"""
