// The text alone: its experiments follow.
