"""A process of gongbao: its terminal, its one instance, its children, its end."""
