"""What gongbao says of its own work: log events, metrics, one id from fetch to alert."""
