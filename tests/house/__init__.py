"""The project itself: documents, imports, benchmarks, training, privacy."""
