"""Events to those who asked for them: webhooks and channels, attempt by attempt."""
