#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "notify/notify.h"
#include "notify/smtp_test_server.h"
#include "os/temporary_folder.h"
#include "os/web_test_server.h"

namespace tradewind::notify {

namespace {

using os::WebTestServer;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr std::int64_t long_us = 20'000'000;

class NotifierTest : public testing::Test {
protected:
    NotifierTest() {
        options_.mail.from = "Tradewind <tw@shop.example>";
        options_.mail.tls = MailTls::None;
        options_.workspace = folder_.path();
        options_.outbox_folder = folder_.path("outbox");
        options_.timeout_us = 5'000'000;
        options_.retry_first_us = 1000;
        options_.attempts_max = 3;
        database_ = MUST(os::Database::open(folder_.path("meta.sqlite")));
    }

    void mail_to(const SmtpTestServer& server, std::vector<std::string> receivers) {
        options_.mail.server = server.address();
        Rule rule = rule_of({"failure"});
        rule.mail = MailRule{std::move(receivers), "", "", {}};
        rules_.push_back(std::move(rule));
    }
    void post_to(const std::string& url, const std::string& secret_env = "") {
        Rule rule = rule_of({"failure"});
        rule.webhook = WebhookRule{url, "", secret_env, ""};
        rules_.push_back(std::move(rule));
    }
    static Rule rule_of(std::vector<std::string> kinds) {
        Rule rule;
        rule.package = "shop";
        rule.on = std::move(kinds);
        return rule;
    }

    void open() {
        notifier_.reset();
        NotifierParts parts;
        parts.rules = rules_;
        parts.database = database_.get();
        parts.files = files_.get();
        parts.web = web_.get();
        parts.clock = clock_.get();
        parts.metrics = &metrics_;
        parts.find_attachment = [this](const Notice&, const std::string& name) {
            return Result<std::string>(folder_.path(name));
        };
        parts.environment = [](const std::string& name) -> std::optional<std::string> {
            if (name == "HOOK_SECRET") return "tops3cret";
            return std::nullopt;
        };
        notifier_ = MUST(open_notifier(options_, std::move(parts)));
    }

    static Notice failure() {
        Notice notice;
        notice.kind = "failure";
        notice.package = "shop";
        notice.subject = "nightly";
        notice.title = "nightly failed";
        notice.text = "The disk is full.";
        notice.facts = {{"run", "7"}};
        return notice;
    }

    // Tells one and returns what became of it, all receivers settled.
    NoticeRecord tell(const Notice& notice) {
        MUST(notifier_->tell(notice));
        return settled(MUST(notifier_->list(1)).at(0).id);
    }
    NoticeRecord settled(std::int64_t id) {
        const std::int64_t end = clock_->monotonic_us() + long_us;
        while (clock_->monotonic_us() < end) {
            NoticeRecord record = MUST(notifier_->show(id));
            bool open = false;
            for (const auto& one : record.deliveries)
                open = open || one.state == DeliveryState::Waiting;
            if (!open) return record;
            std::this_thread::yield();
        }
        ADD_FAILURE() << "notice " << id << " is not settled";
        return MUST(notifier_->show(id));
    }

    os::TemporaryFolder folder_;
    NotifyOptions options_;
    std::vector<Rule> rules_;
    MetricsRegistry metrics_;
    std::unique_ptr<os::Filesystem> files_ = os::make_posix_filesystem();
    std::unique_ptr<os::Clock> clock_ = os::make_system_clock();
    std::unique_ptr<os::WebClient> web_ = os::make_web_client();
    std::unique_ptr<os::Database> database_;
    std::unique_ptr<Notifier> notifier_;
};

// Proves that a mail comes with subject, text, sender and facts, to each receiver once.
TEST_F(NotifierTest, MailComes) {
    SmtpTestServer server;
    mail_to(server, {"a@x.example", "Bo <b@x.example>"});
    open();
    const NoticeRecord record = tell(failure());
    ASSERT_EQ(record.deliveries.size(), 2);
    EXPECT_EQ(record.deliveries[1].receiver, "b@x.example");
    EXPECT_EQ(record.deliveries[0].attempts, 1);
    const auto mails = server.wait_for(2);
    ASSERT_EQ(mails.size(), 2);
    EXPECT_THAT(mails[0].from, HasSubstr("<tw@shop.example>"));
    EXPECT_THAT(mails[0].to, HasSubstr("<a@x.example>"));
    EXPECT_THAT(
        mails[0].text,
        AllOf(
            HasSubstr("Subject: [shop] nightly failed\r\n"),
            HasSubstr("To: a@x.example,\r\n \"Bo\" <b@x.example>\r\n"),
            HasSubstr("The disk is full.\r\n"),
            HasSubstr("run: 7\r\n")
        )
    );
    EXPECT_EQ(mails[0].text, mails[1].text);
}

// Proves that a mail which the server takes the second time is the same mail: same date and id.
TEST_F(NotifierTest, ARepeatedMailIsTheSame) {
    std::atomic<int> ends{0};
    SmtpTestServer server([&](const std::string& line) -> std::string {
        // The text was taken, but the sender never hears of it.
        return line == "." && ends++ == 0 ? "451 try later" : "";
    });
    std::vector<std::string> texts;
    mail_to(server, {"a@x.example"});
    open();
    EXPECT_EQ(tell(failure()).deliveries[0].attempts, 2);
    const std::string text = server.wait_for(1)[0].text;
    EXPECT_THAT(text, HasSubstr(".1@shop.example>\r\n"));
}

// Proves that a receiver whom the server refuses is given up at once with what it said, and that
// the other one gets the mail, once.
TEST_F(NotifierTest, ARefusedReceiverKeepsNothingFromOthers) {
    SmtpTestServer server([](const std::string& line) -> std::string {
        return line.starts_with("RCPT TO:<gone@") ? "550 5.1.1 no such person" : "";
    });
    mail_to(server, {"gone@x.example", "here@x.example"});
    open();
    const NoticeRecord record = tell(failure());
    EXPECT_EQ(record.deliveries[0].state, DeliveryState::GivenUp);
    EXPECT_EQ(record.deliveries[0].attempts, 1);
    EXPECT_THAT(record.deliveries[0].error, HasSubstr("550 5.1.1 no such person"));
    EXPECT_EQ(record.deliveries[1].state, DeliveryState::Delivered);
    EXPECT_EQ(server.mails().size(), 1);
}

// Proves that with a folder each mail is a whole file in it, attachments and all, and nothing is
// sent; a folder that cannot be written to is tried again.
TEST_F(NotifierTest, MailsArePutIntoAFolder) {
    SmtpTestServer server;
    mail_to(server, {"a@x.example", "b@x.example"});
    rules_[0].mail->attach = {"metrics.csv"};
    MUST(os::write_file_atomic(*files_, folder_.path("metrics.csv"), "a,b\n1,2\n"));
    options_.mail.folder = folder_.path("mails");
    open();
    EXPECT_EQ(tell(failure()).deliveries[1].state, DeliveryState::Delivered);
    const auto mails = MUST(files_->list(folder_.path("mails")));
    ASSERT_EQ(mails.size(), 2);
    const std::string path = folder_.path("mails/" + mails[0].name);
    EXPECT_THAT(path, AllOf(HasSubstr(" a@x.example "), HasSubstr(".eml")));
    EXPECT_THAT(
        MUST(os::read_file(*files_, path, 10'000)),
        AllOf(HasSubstr("X-Tradewind-Kind: failure\r\n"), HasSubstr("UTF-8''metrics.csv"))
    );
    EXPECT_TRUE(server.mails().empty());
    options_.mail.folder = folder_.path("metrics.csv");
    open();
    EXPECT_EQ(tell(failure()).deliveries[0].attempts, 3);
}

// Proves that what may pass is tried again, a bounded number of times, and then told as given up:
// a busy server, one that drops the connection in the middle, one that says nothing.
TEST_F(NotifierTest, TroubleIsTriedAgainAndThenGivenUp) {
    const std::pair<const char*, const char*> troubles[] = {
        {"RCPT", "450 busy"},
        {"DATA", SmtpTestServer::drop},
        {".", SmtpTestServer::drop},
        {"", SmtpTestServer::hang},
        {"MAIL", SmtpTestServer::hang},
        {"EHLO", "no smtp at all"},
    };
    for (const auto& [when, what] : troubles) {
        SCOPED_TRACE(std::string(when) + " " + what);
        SmtpTestServer server([&](const std::string& line) -> std::string {
            const std::string_view word = when;
            return (word.empty() ? line.empty() : line.starts_with(word)) ? what : "";
        });
        rules_.clear();
        options_.timeout_us = 150'000;
        mail_to(server, {"a@x.example"});
        open();
        const NoticeRecord record = tell(failure());
        EXPECT_EQ(record.deliveries[0].state, DeliveryState::GivenUp);
        EXPECT_EQ(record.deliveries[0].attempts, 3);
        EXPECT_THAT(record.deliveries[0].error, HasSubstr("no mail by 127.0.0.1"));
        notifier_.reset();
    }
}

// Proves that a mail server that hangs neither keeps tell() waiting nor a webhook.
TEST_F(NotifierTest, AHangingServerDelaysNothingElse) {
    SmtpTestServer mail([](const std::string&) { return SmtpTestServer::hang; });
    WebTestServer slow([](const std::string&) { return WebTestServer::hang; });
    WebTestServer web([](const std::string&) { return WebTestServer::status(200); });
    options_.timeout_us = 600'000'000;
    mail_to(mail, {"a@x.example"});
    post_to(slow.url());
    post_to(web.url());
    open();
    for (int i = 0; i < 3; ++i) MUST(notifier_->tell(failure()));
    EXPECT_EQ(web.wait_for(3).size(), 3);
    notifier_->stop();  // at once, though two requests are under way
    for (const NoticeRecord& record : MUST(notifier_->list(10)))
        EXPECT_EQ(record.deliveries[0].state, DeliveryState::Waiting);
}

// Proves that a webhook is signed, that its body says what happened, and that its secret is nowhere
// in what is kept.
TEST_F(NotifierTest, WebhooksAreSigned) {
    WebTestServer web([](const std::string&) { return WebTestServer::status(204); });
    post_to(web.url() + "/hook?token=t0ken", "HOOK_SECRET");
    open();
    const NoticeRecord record = tell(failure());
    EXPECT_EQ(record.deliveries[0].state, DeliveryState::Delivered);
    EXPECT_EQ(record.deliveries[0].receiver, web.url());
    EXPECT_THAT(
        web.wait_for(1)[0],
        AllOf(
            HasSubstr("POST /hook?token=t0ken HTTP"),
            HasSubstr("X-Tradewind-Signature: sha256="),
            HasSubstr("X-Tradewind-Timestamp: 1"),
            HasSubstr("\"title\":\"nightly failed\""),
            HasSubstr("\"facts\":{\"run\":\"7\"}")
        )
    );
    EXPECT_THAT(to_json(record).dump(), AllOf(Not(HasSubstr("t0ken")), Not(HasSubstr("s3cret"))));
}

// Proves which answers of a web server are the end and which are tried again.
TEST_F(NotifierTest, AnswersOfAWebServer) {
    const std::pair<int, int> attempts_by_status[] = {
        {200, 1}, {202, 1}, {301, 1}, {400, 1}, {404, 1}, {410, 1}, {408, 3}, {429, 3}, {503, 3}
    };
    for (const auto& [status, attempts] : attempts_by_status) {
        SCOPED_TRACE(status);
        WebTestServer web([&](const std::string&) { return WebTestServer::status(status); });
        rules_.clear();
        post_to(web.url());
        open();
        const DeliveryRecord delivery = tell(failure()).deliveries[0];
        EXPECT_EQ(delivery.attempts, attempts);
        EXPECT_EQ(delivery.state == DeliveryState::Delivered, status < 300);
        EXPECT_EQ(web.wait_for(1).size(), static_cast<std::size_t>(attempts));
    }
}

// Proves that a secret which is not there is waited for, and that the message names the variable.
TEST_F(NotifierTest, WithoutItsSecretNothingIsSent) {
    WebTestServer web([](const std::string&) { return WebTestServer::status(200); });
    post_to(web.url(), "NOT_SET");
    open();
    const DeliveryRecord delivery = tell(failure()).deliveries[0];
    EXPECT_EQ(delivery.state, DeliveryState::GivenUp);
    EXPECT_THAT(delivery.error, HasSubstr("the environment has no NOT_SET"));
}

// Proves that a notice told before a stop is sent after the next start, with its file as it was.
TEST_F(NotifierTest, WhatWaitsIsSentAfterTheNextStart) {
    MUST(os::write_file_atomic(*files_, folder_.path("metrics.csv"), "a,b\n1,2\n"));
    SmtpTestServer broken([](const std::string&) { return SmtpTestServer::hang; });
    mail_to(broken, {"a@x.example"});
    rules_[0].mail->attach = {"metrics.csv", "nowhere.csv"};
    open();
    Notice notice = failure();
    notice.attachments = {folder_.path("metrics.csv")};
    MUST(notifier_->tell(notice));
    notifier_.reset();
    MUST(os::write_file_atomic(*files_, folder_.path("metrics.csv"), "other"));
    SmtpTestServer server;
    options_.mail.server = server.address();
    open();
    const std::string text = server.wait_for(1)[0].text;
    EXPECT_THAT(
        text,
        AllOf(
            HasSubstr("filename*=UTF-8''metrics.csv"),
            HasSubstr("YSxiCjEsMgo="),
            HasSubstr("not attached: nowhere.csv")
        )
    );
    settled(1);
    notifier_->stop();
    EXPECT_TRUE(MUST(files_->list(folder_.path("outbox"))).empty());
}

// Proves that a key is told once for ever, also after a start, and that keys are a package's own.
TEST_F(NotifierTest, AKeyIsToldOnce) {
    open();
    Notice notice = failure();
    notice.key = "missing 2025-07-01";
    MUST(notifier_->tell(notice));
    MUST(notifier_->tell(notice));
    open();
    MUST(notifier_->tell(notice));
    EXPECT_EQ(MUST(notifier_->list(10)).size(), 1);
    notice.package = "other";
    MUST(notifier_->tell(notice));
    EXPECT_EQ(MUST(notifier_->list(10)).size(), 2);
}

// Proves that who did not ask for a kind is not told, that a test is for everybody, and that it
// needs somebody.
TEST_F(NotifierTest, OnlyWhoAskedIsTold) {
    WebTestServer web([](const std::string&) { return WebTestServer::status(200); });
    post_to(web.url());
    open();
    Notice notice = failure();
    notice.kind = "success";
    EXPECT_TRUE(tell(notice).deliveries.empty());
    notice = failure();
    notice.package = "other";
    EXPECT_TRUE(tell(notice).deliveries.empty());
    const NoticeRecord test = MUST(notifier_->tell_test("shop"));
    EXPECT_EQ(
        MUST(notifier_->wait(test.id, long_us)).deliveries[0].state, DeliveryState::Delivered
    );
    EXPECT_EQ(notifier_->tell_test("other").error().code(), ErrorCode::NotFound);
}

// Proves that what waits is bounded: one more is refused, and nothing of it is kept.
TEST_F(NotifierTest, TooManyThatWaitAreRefused) {
    options_.waiting_max = 2;
    options_.retry_first_us = 3'600'000'000;
    post_to("http://127.0.0.1:1/");
    open();
    MUST(notifier_->tell(failure()));
    MUST(notifier_->tell(failure()));
    Notice notice = failure();
    notice.key = "k";
    EXPECT_EQ(notifier_->tell(notice).error().code(), ErrorCode::ResourceExhausted);
    EXPECT_EQ(MUST(notifier_->list(10)).size(), 2);
    options_.waiting_max = 3;
    open();
    MUST(notifier_->tell(notice));  // its key was not used up
}

// Proves that old notices go and those that wait stay.
TEST_F(NotifierTest, OldOnesGo) {
    options_.notices_kept = 2;
    options_.retry_first_us = 3'600'000'000;
    post_to("http://127.0.0.1:1/");
    open();
    MUST(notifier_->tell(failure()));
    Notice unasked = failure();
    unasked.kind = "success";
    for (int i = 0; i < 5; ++i) MUST(notifier_->tell(unasked));
    const auto left = MUST(notifier_->list(10));
    ASSERT_EQ(left.size(), 3);
    EXPECT_EQ(left[0].id, 6);
    EXPECT_EQ(left[2].id, 1);
}

// Proves that bytes which are no text, and texts without end, do no harm.
TEST_F(NotifierTest, HostileTexts) {
    WebTestServer web([](const std::string&) { return WebTestServer::status(200); });
    post_to(web.url());
    open();
    Notice notice = failure();
    notice.title = "a\xff\r\nb" + std::string(100'000, 'x');
    notice.text = std::string(10'000'000, 'y') + "\x80";
    for (int i = 0; i < 1000; ++i)
        notice.facts["fact" + std::to_string(i)] = std::string(100'000, 'z');
    const NoticeRecord record = tell(notice);
    EXPECT_EQ(record.deliveries[0].state, DeliveryState::Delivered);
    EXPECT_TRUE(record.notice.title.starts_with("a?  bxxx"));
    EXPECT_LT(record.notice.text.size(), 70'000);
    EXPECT_LT(web.wait_for(1)[0].size(), 2'000'000);
}

// Proves that a password is not sent in clear text to another machine.
TEST(MailOptionsTest, NoPasswordInClearText) {
    MailOptions mail;
    mail.from = "a@b.c";
    mail.user = "me";
    mail.tls = MailTls::None;
    mail.server = "mail.example.org:25";
    EXPECT_THAT(check_mail(mail).error().message(), HasSubstr("clear text"));
    mail.server = "127.0.0.1:25";
    EXPECT_TRUE(check_mail(mail).ok());
    mail.from = "nobody";
    EXPECT_FALSE(check_mail(mail).ok());
}

}  // namespace

}  // namespace tradewind::notify
