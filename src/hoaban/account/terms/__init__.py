"""What a result is worth and what is paid for it: scores, pay, projection under bounds."""
