"""Many submissions: workers, a cluster, the store of results, the live dashboard."""
