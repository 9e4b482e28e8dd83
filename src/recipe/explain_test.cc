// Failures on the data are told by step and column.
#include <gmock/gmock.h>

#include "recipe/recipe_test_support.h"

namespace tradewind::recipe {

namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class Explain : public RecipeTest {
protected:
    std::string why(const std::string& steps) {
        const Recipe recipe = MUST(parsed(steps));
        WorkTables tables(*engine_, *work_);
        const Compiled compiled = MUST(compile(recipe, tables));
        const auto rows = work_->rows(compiled.sql, 1000);
        if (rows.ok()) return "it does not fail";
        return explain(recipe, tables, rows.error()).describe();
    }
};

TEST_F(Explain, StepColumnAndValueAreNamed) {
    // Proves that a value that does not fit is told with the file's line, the step, the column and
    // the value, wherever the step stands among others.
    EXPECT_THAT(
        why("  - sort: {by: [id]}\n  - cast: {columns: {id: STRING, country: INTEGER}}\n"
            "  - filter: {where: id <> 'x'}\n"),
        AllOf(
            HasSubstr("r.yml:5"),
            HasSubstr("step 2 (cast): column 'country' does not fit the data"),
            HasSubstr("is no integer"),
            HasSubstr("on_error: null")
        )
    );
    EXPECT_THAT(
        why("  - sort: {by: [country]}\n  - cast: {columns: {country: INTEGER}}\n"),
        HasSubstr("step 2 (cast): column 'country' does not fit the data")
    );
    EXPECT_THAT(
        why("  - parse_date: {columns: [country], format: '%Y-%m-%d', on_error: fail}\n"),
        AllOf(HasSubstr("step 1 (parse_date): column 'country'"), HasSubstr("France"))
    );
}

TEST_F(Explain, AStepThatChoosesRowsHasNoColumn) {
    // Proves that a condition that fails is told as its step's, without a column that is not to
    // blame.
    EXPECT_THAT(
        why("  - filter: {where: CAST(country AS INTEGER) > 0}\n"),
        AllOf(HasSubstr("step 1 (filter): it does not fit the data"), Not(HasSubstr("column '")))
    );
}

TEST_F(Explain, AStepThatLooksAtTheDataMeetsTheStepBefore) {
    // Proves that what fails while a later step asks for the column's values is told of the step
    // that makes them, and that a value which does not fit its column names step and column.
    EXPECT_THAT(
        fault("  - cast: {columns: {country: INTEGER}}\n  - one_hot: {column: country}\n"),
        AllOf(
            HasSubstr("r.yml:4"), HasSubstr("step 1 (cast): column 'country' does not fit the data")
        )
    );
    EXPECT_THAT(
        fault("  - sort: {by: [id]}\n  - fill: {columns: [id], value: many}\n"),
        AllOf(HasSubstr("r.yml:5"), HasSubstr("step 2 (fill): column 'id'"))
    );
    EXPECT_THAT(
        fault("  - null_if: {columns: [id], values: [n/a]}\n"),
        AllOf(HasSubstr("r.yml:4"), HasSubstr("step 1 (null_if): column 'id'"))
    );
}

TEST_F(Explain, AStepThatSumsUpAColumnNamesIt) {
    // Proves that what fails over all rows together is told with the columns that the step is
    // given.
    const std::string nan = "  - add: {columns: {odd: \"CAST('NaN' AS DOUBLE)\"}}\n";
    EXPECT_THAT(
        why(nan + "  - scale: {columns: [odd], method: z_score}\n"),
        AllOf(
            HasSubstr("step 2 (scale): column 'odd' does not fit the data"),
            HasSubstr("a value is NaN, infinite or too large")
        )
    );
    EXPECT_THAT(
        why(nan + "  - scale: {columns: [price, odd], method: z_score}\n"),
        HasSubstr("step 2 (scale): one of the columns 'price', 'odd' does not fit the data")
    );
    EXPECT_THAT(
        why(nan + "  - flag_outliers: {column: odd, method: z_score}\n"),
        HasSubstr("step 2 (flag_outliers): column 'odd' does not fit the data")
    );
}

TEST_F(Explain, OtherFailuresStay) {
    // Proves that what is no fault of the data is passed on as it is.
    const Recipe recipe = MUST(parsed("  - sort: {by: [id]}\n"));
    WorkTables tables(*engine_, *work_);
    const Error late(ErrorCode::DeadlineExceeded, "too late");
    EXPECT_EQ(explain(recipe, tables, late).message(), "too late");
    const Error odd(ErrorCode::InvalidArgument, "odd");
    EXPECT_EQ(explain(recipe, tables, odd).message(), "odd");
}

TEST_F(Explain, AFractionForAWholeColumnSaysWhatToDo) {
    // Proves that a bound that the column's type cannot hold names the column and the way out.
    EXPECT_THAT(
        fault("  - clip: {columns: [id], min: -10, max: 10.5}\n"),
        AllOf(
            HasSubstr("r.yml:4"), HasSubstr("column 'id' is BIGINT"), HasSubstr("Cast the column")
        )
    );
}

}  // namespace

}  // namespace tradewind::recipe
