"""Skeletons of the generated modules (jinja2), read by assay.transpiler.output."""
