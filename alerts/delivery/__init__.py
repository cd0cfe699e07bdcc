"""Events to those who asked for them: webhooks, channels and mailboxes, attempt by attempt."""
