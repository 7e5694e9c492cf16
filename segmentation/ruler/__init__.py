"""Rulers and tape measures in photos, and the sizes they tell."""
