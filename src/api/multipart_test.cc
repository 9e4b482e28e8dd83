#include "api/multipart.h"

#include <gtest/gtest.h>

namespace tradewind::api {
namespace {

// Writes down what it gets: "name|file|bytes;" a part.
class Notes : public PartReceiver {
public:
    std::string text;
    Result<void> begin_part(const PartHead& head) override {
        text += head.name + "|" + head.file_name.value_or("-") + "|";
        return {};
    }
    Result<void> add_bytes(std::string_view piece) override {
        text += piece;
        return {};
    }
    Result<void> end_part() override {
        text += ";";
        return {};
    }
};

// The parts of a body fed in pieces of that size, or the error.
std::string read(std::string_view body, std::size_t piece, const std::string& boundary = "XX") {
    Notes notes;
    MultipartReader reader(boundary, notes);
    for (std::size_t at = 0; at < body.size(); at += piece) {
        const auto fed = reader.feed(body.substr(at, piece));
        if (!fed.ok()) return fed.error().message();
    }
    const auto finished = reader.finish();
    return finished.ok() ? notes.text : finished.error().message();
}

constexpr const char* two_parts =
    "--XX\r\nContent-Disposition: form-data; name=\"source\"\r\n\r\nonline_retail\r\n"
    "--XX\r\nContent-Type: text/csv\r\ncontent-disposition: form-data; name=\"file\"; "
    "filename=\"a;b \\\"c\\\".csv\"\r\n\r\n"
    "x\r\n--X\r\n-\r\n\r\n--XX--\r\nepilogue";

// Proves that pieces of any size give the same parts: a boundary may be cut anywhere, and what only
// looks like the beginning of one is data.
TEST(Multipart, AnyPieces) {
    for (std::size_t piece = 1; piece <= std::string_view(two_parts).size(); ++piece) {
        EXPECT_EQ(
            read(two_parts, piece), "source|-|online_retail;file|a;b \"c\".csv|x\r\n--X\r\n-\r\n;"
        ) << piece;
    }
}

// Proves that an empty part, a preamble and spaces behind a boundary are what RFC 2046 says they
// are.
TEST(Multipart, OddButValid) {
    EXPECT_EQ(
        read("pre\r\n--XX \t\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n--XX--", 1),
        "a|-|;"
    );
    EXPECT_EQ(read("--XX--\r\n", 3), "");
    EXPECT_EQ(
        read(
            "--XX\r\nContent-Disposition: form-data; name=f; "
            "filename*=UTF-8''na%C3%AFve%20file.csv\r\n\r\n1\r\n--XX--",
            7
        ),
        "f|naïve file.csv|1;"
    );
    EXPECT_EQ(
        read(
            "--XX\r\nContent-Disposition: form-data; name=f; filename=\"50%22 "
            "%41.csv\"\r\n\r\n1\r\n--XX--",
            7
        ),
        "f|50\" %41.csv|1;"
    );
}

// Proves that a body that breaks the rules or off is refused by the rule it breaks.
TEST(Multipart, RefusesWhatIsBroken) {
    const std::string because = "the upload is not valid multipart/form-data: ";
    EXPECT_EQ(read("", 1), because + "it is cut off");
    EXPECT_EQ(read("no boundary at all", 4), because + "it is cut off");
    EXPECT_EQ(read(std::string_view(two_parts).substr(0, 150), 9), because + "it is cut off");
    EXPECT_EQ(read("--XXY\r\n", 9), because + "a boundary is followed by something else");
    EXPECT_EQ(read("--XX\r\n\r\n1\r\n--XX--", 9), because + "a part has no header");
    EXPECT_EQ(
        read("--XX\r\nContent-Type: a\r\n\r\n1\r\n--XX--", 9),
        because + "a part has no Content-Disposition"
    );
    EXPECT_EQ(
        read("--XX\r\nnonsense\r\n\r\n1\r\n--XX--", 9),
        because + "a part has a header line without a colon"
    );
    EXPECT_EQ(
        read("--XX\r\nContent-Disposition: form-data\r\n\r\n1\r\n--XX--", 9),
        because + "a part has no name"
    );
    EXPECT_EQ(
        read("--XX\r\nX: " + std::string(20'000, 'a'), 1000),
        because + "a part's header is too long"
    );
    EXPECT_EQ(
        read("--XX" + std::string(20'000, ' '), 1000), because + "too much space behind a boundary"
    );
}

// Proves that the boundary is read from the content type in all its forms, and missed by name.
TEST(Multipart, Boundary) {
    EXPECT_EQ(MUST(multipart_boundary("multipart/form-data; boundary=abc")), "abc");
    EXPECT_EQ(
        MUST(multipart_boundary("Multipart/Form-Data; charset=utf-8; Boundary=\"a b;c\"")), "a b;c"
    );
    for (const std::string& bad :
         {std::string("text/plain; boundary=a"),
          std::string("multipart/form-data"),
          std::string("multipart/form-data; boundary="),
          "multipart/form-data; boundary=" + std::string(71, 'a'),
          std::string()}) {
        EXPECT_FALSE(multipart_boundary(bad).ok()) << bad;
    }
}

}  // namespace
}  // namespace tradewind::api
