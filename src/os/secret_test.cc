#include "os/secret.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "os/temporary_folder.h"

namespace tradewind::os {

namespace {

using testing::HasSubstr;

// Proves that a secret comes from its file or its variable, that one which is not there is told by
// its place, and that the variables of the process are read.
TEST(Secret, FromFileOrEnvironment) {
    const TemporaryFolder folder;
    const auto files = make_posix_filesystem();
    const Environment environment = [](const std::string& name) -> std::optional<std::string> {
        if (name == "SET") return "s3cret";
        return std::nullopt;
    };
    const auto read = [&](const SecretPlace& place) {
        return read_secret(place, *files, environment);
    };
    MUST(write_file_atomic(*files, folder.path("key"), " k3y \n"));
    MUST(write_file_atomic(*files, folder.path("blank"), " \n"));
    EXPECT_EQ(MUST(read({"", folder.path("key")})), "k3y");
    EXPECT_EQ(MUST(read({"SET", ""})), "s3cret");
    for (const SecretPlace& place :
         {SecretPlace{"NOT_SET", ""},
          SecretPlace{"", folder.path("blank")},
          SecretPlace{"", folder.path("nowhere")}}) {
        const auto secret = read(place);
        ASSERT_FALSE(secret.ok());
        EXPECT_EQ(secret.error().code(), ErrorCode::Unavailable);
        EXPECT_THAT(
            secret.error().describe(), HasSubstr(place.file.empty() ? place.variable : place.file)
        );
    }
    EXPECT_TRUE(process_variables()("PATH"));
    EXPECT_FALSE(process_variables()("TRADEWIND_NO_SUCH_VARIABLE"));
}

}  // namespace

}  // namespace tradewind::os
