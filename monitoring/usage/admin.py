from django.contrib import admin

from monitoring.usage.models import Price


@admin.register(Price)
class PriceAdmin(admin.ModelAdmin):
    list_display = ("what", "amount")
