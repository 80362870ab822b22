"""Brings the desk up to date: cards and their threads, alerts, and what the desk or one person is told.

Card and thread are projections: rendered from the newest state when they are sent, found again by their key, so
that neither a restart nor an outage loses or doubles one.
"""
