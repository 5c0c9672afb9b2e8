"""Accounts are given by an administrator: nobody signs up by themselves."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter


class ClosedAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in as allauth has it, with the door for new accounts shut."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": "Tên đăng nhập hoặc mật khẩu không đúng. "
        "The user name or password is not right.",
        "too_many_login_attempts": "Thử quá nhiều lần; hãy đợi vài phút. "
        "Too many tries; wait a few minutes.",
        "enter_current_password": "Hãy nhập mật khẩu hiện tại. Enter the current password.",
        "incorrect_password": "Mật khẩu không đúng. The password is not right.",
    }

    def is_open_for_signup(self, request: Any) -> bool:
        """Always False: `hoaban user` makes accounts, with a password shown once."""
        return False


class BilingualMfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """The second factor as allauth has it, refusing in both languages."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "Mã không đúng hoặc đã hết hạn. The code is wrong or expired.",
    }
