"""The log, the report, import and export."""
