#include "notify/mime.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "base/time.h"
#include "notify/signature.h"

namespace tradewind::notify {

namespace {

using testing::HasSubstr;
using testing::Not;

Mail sample() {
    Mail mail;
    mail.from = {"Shop, \"Nord\"", "shop@example.org"};
    mail.to = {{"", "a@example.org"}, {"Bär", "b@example.org"}};
    mail.subject = "late";
    mail.text = "one\ntwo";
    mail.message_id = "1.1@example.org";
    mail.at = MUST(parse_iso("2026-11-22T01:02:03"));
    return mail;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::size_t begin = 0;
    for (std::size_t end = 0; (end = text.find("\r\n", begin)) != std::string::npos;) {
        lines.push_back(text.substr(begin, end - begin));
        begin = end + 2;
    }
    return lines;
}

// Proves that no text can end a header and begin another, whatever it holds.
TEST(Mime, ALineBreakInASubjectIsABlank) {
    for (const char* evil :
         {"x\r\nBcc: thief@example.org", "x\nBcc: a", "x\rBcc: a", "\r\n\r\nbody", "é\r\nBcc: a"}) {
        Mail mail = sample();
        mail.subject = evil;
        mail.headers = {{"X-Tradewind-Package", evil}};
        for (const std::string& line : lines_of(format_mail(mail))) {
            EXPECT_THAT(line, Not(HasSubstr("\n")));
            EXPECT_FALSE(line.starts_with("Bcc")) << line;
        }
    }
    EXPECT_EQ(header_text(std::string("a\0b", 3)), "a b");
}

// Proves that what is not ASCII becomes encoded words of at most 75 characters, none of which cuts
// a character in two, and that what looks like one is encoded as well.
TEST(Mime, SubjectsMayHoldAnyLetters) {
    EXPECT_EQ(header_text("plain, with signs: {}"), "plain, with signs: {}");
    EXPECT_EQ(header_text("é"), "=?UTF-8?B?w6k=?=");
    EXPECT_EQ(header_text("=?x"), "=?UTF-8?B?PT94?=");
    std::string text;
    for (int i = 0; i < 60; ++i) text += i % 2 == 0 ? "日" : "x";
    std::string decoded;
    for (const std::string& word : split(header_text(text), ' ')) {
        const std::string_view whole = trim(word);
        EXPECT_LE(whole.size(), 75);
        const std::string part = MUST(base64_decode(whole.substr(10, whole.size() - 12)));
        EXPECT_TRUE(valid_utf8(part));
        decoded += part;
    }
    EXPECT_EQ(decoded, text);
}

// Proves the encoding of texts: short lines, nothing but ASCII, no blank at a line's end.
TEST(Mime, QuotedPrintable) {
    EXPECT_EQ(quoted_printable("a=b\né \n"), "a=3Db\r\n=C3=A9=20\r\n");
    EXPECT_EQ(quoted_printable(""), "\r\n");
    const std::string far(500, 'x');
    for (const std::string& line : lines_of(quoted_printable(far + "é" + far)))
        EXPECT_LE(line.size(), 76);
    EXPECT_EQ(base64_lines(std::string(58, '\0')), std::string(76, 'A') + "\r\nAA==\r\n");
}

// Proves that a mail without attachments is one text, and what its head says.
TEST(Mime, HeadOfAMail) {
    EXPECT_EQ(
        format_mail(sample()),
        "From: \"Shop, \\\"Nord\\\"\" <shop@example.org>\r\n"
        "To: a@example.org,\r\n =?UTF-8?B?QsOkcg==?= <b@example.org>\r\n"
        "Subject: late\r\n"
        "Date: Sun, 22 Nov 2026 01:02:03 +0000\r\n"
        "Message-ID: <1.1@example.org>\r\n"
        "MIME-Version: 1.0\r\n"
        "Auto-Submitted: auto-generated\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        "one\r\ntwo\r\n"
    );
}

// Proves that attachments keep their bytes and names, and that a name can break nothing.
TEST(Mime, Attachments) {
    Mail mail = sample();
    mail.attachments = {{"a\"\r\nX: é.csv", "1,2\n"}, {"b.bin", std::string("\0\1", 2)}};
    const std::string text = format_mail(mail);
    EXPECT_THAT(text, HasSubstr("filename*=UTF-8''a%22%0D%0AX%3A%20%C3%A9.csv\r\n"));
    EXPECT_THAT(text, HasSubstr("Content-Type: text/csv; charset=utf-8\r\n"));
    EXPECT_THAT(text, HasSubstr("\r\n\r\nMSwyCg==\r\n--=_tradewind_part\r\n"));
    EXPECT_TRUE(text.ends_with("\r\n\r\nAAE=\r\n--=_tradewind_part--\r\n"));
}

// Proves the signature against a value made with Python's hmac.
TEST(Signature, IsHmacSha256OfTimestampAndBody) {
    const Signed made = sign("secret", Timestamp{1'700'000'000'123'456}, "{\"a\":1}");
    EXPECT_EQ(made.timestamp, "1700000000");
    EXPECT_EQ(
        made.signature, "sha256=49f24e537407743fa4a0242bb63b94b9a47ee99cbbe071ccd8a22550ae411686"
    );
}

}  // namespace

}  // namespace tradewind::notify
