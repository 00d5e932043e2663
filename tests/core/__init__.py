"""The decisions: values in, values out."""
