from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.models import Group

from accounts.admin.grants import GrantsBelow, GroupGrants

admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(GrantsBelow, DjangoGroupAdmin):
    search_fields = ["name"]
    filter_horizontal = []
    fields = ["name"]  # model permissions decide nothing here
    inlines = [GroupGrants]
