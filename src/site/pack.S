// The pages of the UI as the build packed them. An assembler takes them in a moment, however large.
    .section .rodata
    .global tradewind_site_begin
    .global tradewind_site_end
    .balign 16
tradewind_site_begin:
    .incbin SITE_PACK
tradewind_site_end:
    .byte 0
    .section .note.GNU-stack, "", @progbits
