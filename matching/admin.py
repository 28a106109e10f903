"""Rare corrections: how a centre asks volunteers. A desk page for it comes with the dispatch issue."""

from django.contrib import admin

from matching.models import DispatchPolicy


@admin.register(DispatchPolicy)
class DispatchPolicyAdmin(admin.ModelAdmin):
    """Wave size, time to answer, quiet hours, and whether asking starts by itself."""

    list_display = (
        "centre",
        "wave_size",
        "minutes_today",
        "minutes_this_week",
        "minutes_later",
        "auto_start",
    )
