// The words of which the chain's stores and products are named.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace tradewind::generate::chain {

// Latitude and longitude in hundredths of a degree.
struct Place {
    std::string_view city;
    std::string_view state_code;
    std::string_view state;
    std::string_view country_code;
    std::string_view country;
    std::string_view region;
    std::string_view postal_prefix;
    int latitude = 0;
    int longitude = 0;
};
constexpr std::array<Place, 20> places = {{
    {"New York", "NY", "New York", "US", "United States", "Northeast", "100", 4071, -7401},
    {"Buffalo", "NY", "New York", "US", "United States", "Northeast", "142", 4289, -7888},
    {"Boston", "MA", "Massachusetts", "US", "United States", "Northeast", "021", 4236, -7106},
    {"Worcester", "MA", "Massachusetts", "US", "United States", "Northeast", "016", 4226, -7180},
    {"Hartford", "CT", "Connecticut", "US", "United States", "Northeast", "061", 4176, -7269},
    {"Newark", "NJ", "New Jersey", "US", "United States", "Atlantic", "071", 4074, -7417},
    {"Philadelphia", "PA", "Pennsylvania", "US", "United States", "Atlantic", "191", 3995, -7517},
    {"Pittsburgh", "PA", "Pennsylvania", "US", "United States", "Atlantic", "152", 4044, -8000},
    {"Baltimore", "MD", "Maryland", "US", "United States", "Atlantic", "212", 3929, -7661},
    {"Washington, D.C.",
     "DC",
     "District of Columbia",
     "US",
     "United States",
     "Atlantic",
     "200",
     3890,
     -7704},
    {"Richmond", "VA", "Virginia", "US", "United States", "South", "232", 3754, -7744},
    {"Charlotte", "NC", "North Carolina", "US", "United States", "South", "282", 3523, -8084},
    {"Atlanta", "GA", "Georgia", "US", "United States", "South", "303", 3375, -8439},
    {"Miami", "FL", "Florida", "US", "United States", "South", "331", 2576, -8019},
    {"Tampa", "FL", "Florida", "US", "United States", "South", "336", 2795, -8246},
    {"Toronto", "ON", "Ontario", "CA", "Canada", "Canada East", "M5V ", 4365, -7938},
    {"Ottawa", "ON", "Ontario", "CA", "Canada", "Canada East", "K1A ", 4542, -7570},
    {"Hamilton", "ON", "Ontario", "CA", "Canada", "Canada East", "L8P ", 4326, -7987},
    {"Montr\xC3\xA9"
     "al",
     "QC",
     "Qu\xC3\xA9"
     "bec",
     "CA",
     "Canada",
     "Canada East",
     "H2Y ",
     4550,
     -7357},
    {"Qu\xC3\xA9"
     "bec City",
     "QC",
     "Qu\xC3\xA9"
     "bec",
     "CA",
     "Canada",
     "Canada East",
     "G1R ",
     4681,
     -7121},
}};

constexpr std::array<std::string_view, 12> streets = {
    {"Main Street",
     "Broadway",
     "Market Street",
     "Elm Street",
     "King Street West",
     "Washington Avenue",
     "Harbor Road",
     "Station Road",
     "Maple Avenue",
     "Queen Street",
     "Mill Lane",
     "Route 9"}
};

// `perishable`: some of it is thrown away. `season`: index into the months' factors. Prices in
// cents; goods are separated by semicolons.
struct Subcategory {
    std::string_view category;
    std::string_view name;
    bool perishable = false;
    std::size_t season = 0;
    std::int32_t price_cents_min = 0;
    std::int32_t price_cents_max = 0;
    std::string_view goods;
};
constexpr std::size_t always = 0;
constexpr std::size_t summer = 1;
constexpr std::size_t winter = 2;
constexpr std::array<Subcategory, 18> subcategories = {{
    {"Food", "Dairy", true, always, 99, 899, "Milk;Butter;Yogurt;Cottage Cheese;Cream;Cheddar"},
    {"Food", "Bakery", true, always, 149, 799, "Bread;Bagels;Rolls;Muffins;Pie;Croissants"},
    {"Food", "Produce", true, summer, 79, 699, "Apples;Salad Mix;Tomatoes;Berries;Peppers;Grapes"},
    {"Food", "Pantry", false, always, 129, 1299, "Rice;Pasta;Olive Oil;Flour;Beans;Honey"},
    {"Food", "Snacks", false, always, 99, 649, "Chips;Pretzels;Cookies;Popcorn;Crackers;Trail Mix"},
    {"Drinks", "Soft Drinks", false, summer, 99, 799, "Cola;Lemonade;Iced Tea;Ginger Ale;Seltzer"},
    {"Drinks",
     "Coffee & Tea",
     false,
     winter,
     399,
     1899,
     "Ground Coffee;Espresso Beans;Green Tea;Cocoa"},
    {"Household",
     "Cleaning",
     false,
     always,
     199,
     1499,
     "Dish Soap;Detergent;Sponges;Bleach;Glass Cleaner"},
    {"Household", "Paper", false, always, 249, 2499, "Paper Towels;Napkins;Tissues;Bath Tissue"},
    {"Household",
     "Kitchen",
     false,
     always,
     499,
     5999,
     "Skillet;Baking Pan;Knife Set;Mixing Bowl;Kettle"},
    {"Household", "Lighting", false, winter, 299, 3999, "LED Bulbs;Night Light;Desk Lamp;Candles"},
    {"Personal Care", "Hair", false, always, 299, 1599, "Shampoo;Conditioner;Hair Gel;Brush"},
    {"Personal Care", "Skin", false, summer, 349, 2299, "Sunscreen;Body Lotion;Face Wash;Lip Balm"},
    {"Personal Care",
     "Health",
     false,
     winter,
     399,
     2999,
     "Vitamins;Cough Drops;Bandages;Thermometer"},
    {"Home & Garden",
     "Garden",
     false,
     summer,
     399,
     7999,
     "Potting Soil;Hose;Planter;Gloves;Lawn Seed"},
    {"Home & Garden",
     "Tools",
     false,
     always,
     599,
     9999,
     "Hammer;Drill Bits;Tape Measure;Screwdriver Set"},
    {"Seasonal", "Toys", false, winter, 499, 4999, "Puzzle;Board Game;Plush Bear;Building Blocks"},
    {"Seasonal", "Winter", false, winter, 699, 5999, "Snow Shovel;Ice Melt;Gloves;Heater"},
}};

constexpr std::array<std::string_view, 16> brands = {
    {"Northfield",
     "Harbor & Sons",
     "Blue Heron",
     "Maple Row",
     "Tidewater",
     "Oakline",
     "Caf\xC3\xA9 Lumen",
     "Granite State",
     "Sunday Best",
     "Kestrel",
     "Old Mill",
     "Fairweather",
     "Pinecrest",
     "Bright, Inc.",
     "Marlowe's",
     "Value House"}
};

constexpr std::array<std::string_view, 14> variants = {
    {"Classic",
     "Large",
     "Small",
     "Organic",
     "Extra",
     "Premium",
     "Family Pack",
     "Light",
     "Twin Pack",
     "9\"",
     "12\"",
     "Red, White & Blue",
     "Unscented, 2 Pack",
     "The \"Original\""}
};

}  // namespace tradewind::generate::chain
