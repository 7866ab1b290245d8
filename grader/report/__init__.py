"""Reports: grades as texts for people and programs. Nothing here computes a verdict."""
