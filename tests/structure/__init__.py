"""The shape of the project itself: who may read whom."""
