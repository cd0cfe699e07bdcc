"""What tests share: sites, servers, databases, samples, and how to wait. No tests."""
