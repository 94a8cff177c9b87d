"""Reading import files: from bytes to typed rows, refused rows, and what was taken for granted.

Begin with `plan.py`. A file goes through `encoding`, `separator`, `records`, `columns` and
`mapping`; `survey` lets every column decide how it is written; `reader` makes the rows.
"""
