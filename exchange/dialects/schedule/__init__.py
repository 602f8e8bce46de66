"""Schedules as other systems export them: schedule.xml and schedule.json of pretalx, frab, Lectern and others."""

from exchange.dialects.schedule.dialect import SCHEDULE

__all__ = ["SCHEDULE"]
